// Signs Alice in, who claims the task of a project and completes it by a transition of its workflow.
import client.ApiClient;
import client.ApiException;
import client.api.SessionApi;
import client.api.TasksApi;
import client.model.Credentials;
import client.model.TaskCompletion;
import client.model.TaskReference;
import java.util.List;

public class Worldserver {
  public static void main(String[] given) throws ApiException {
    ApiClient client = new ApiClient();
    client.updateBaseUri(given[0] + "/ws-api/v2");
    String token = new SessionApi(client).worldserverLogin(new Credentials().username("alice").password("alice")).getSessionId();
    client.setRequestInterceptor(request -> request.header("token", token));
    TasksApi tasks = new TasksApi(client);

    int project = Integer.parseInt(given[1]);
    var listed = tasks.worldserverListTasks(null, project, null, null, null, null, null, null, null, null);
    var task = listed.getItems().get(0);
    tasks.worldserverClaimTasks(List.of(new TaskReference().id(task.getId())));
    var way = task.getCurrentTaskStep().getWorkflowTransitions().get(0);
    TaskCompletion completion = new TaskCompletion().id(task.getId()).transitionId(way.getId()).comment("By Java");
    var done = tasks.worldserverCompleteTasks(List.of(completion));
    String step = tasks.worldserverGetTask(task.getId(), null, null).getCurrentTaskStep().getName();
    System.out.printf("%s %s %s %s%n", task.getName(), way.getText(), done.getStatus(), step);
  }
}

// Claims a task of Alice's and completes it with a variable; a second time is refused.
import client.ApiClient;
import client.ApiException;
import client.api.ProcessesApi;
import client.api.TasksApi;
import client.model.TaskBody;
import client.model.TaskVariable;
import java.util.Base64;

public class Alfresco {
  public static void main(String[] given) throws ApiException {
    ApiClient client = new ApiClient();
    client.updateBaseUri(given[0] + "/alfresco/api/-default-/public");
    String credentials = Base64.getEncoder().encodeToString("alice:alice".getBytes());
    client.setRequestInterceptor(request -> request.header("Authorization", "Basic " + credentials));
    TasksApi tasks = new TasksApi(client);
    ProcessesApi processes = new ProcessesApi(client);

    String task = given[1];
    TaskBody claim = new TaskBody().state(TaskBody.StateEnum.CLAIMED);
    var claimed = tasks.alfrescoUpdateTask(task, claim, "state", null, null).getEntry();
    TaskVariable comment = new TaskVariable().name("bpm_comment").type("d:text").value("By Java")
        .scope(TaskVariable.ScopeEnum.LOCAL);
    TaskBody completion = new TaskBody().state(TaskBody.StateEnum.COMPLETED).addVariablesItem(comment);
    var completed = tasks.alfrescoUpdateTask(task, completion, "state,variables", null, null).getEntry();
    int again = 200;
    try {
      tasks.alfrescoUpdateTask(task, completion, "state", null, null);
    } catch (ApiException error) {
      again = error.getCode();
    }
    String name = processes.alfrescoGetProcess(completed.getProcessId(), null, null, null).getEntry().getProcessDefinitionKey();
    System.out.printf("%s %s %s %s %d%n", name, claimed.getAssignee(), claimed.getState(), completed.getState(), again);
  }
}

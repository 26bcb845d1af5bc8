// Finishes a workflow task; a second time is refused.
import client.ApiClient;
import client.ApiException;
import client.api.WorkflowTasksApi;
import client.model.FinishTaskOperation;
import client.model.GetTaskOperation;
import java.util.Base64;

public class Digioffice {
  // The request may also stand in the query string.
  private static final FinishTaskOperation NOTHING_MORE = new FinishTaskOperation();

  public static void main(String[] given) throws ApiException {
    ApiClient client = new ApiClient();
    client.updateBaseUri(given[0] + "/api");
    String credentials = Base64.getEncoder().encodeToString("alice:alice".getBytes());
    client.setRequestInterceptor(request -> request.header("Authorization", "Basic " + credentials));
    WorkflowTasksApi tasks = new WorkflowTasksApi(client);

    int task = Integer.parseInt(given[1]);
    FinishTaskOperation finish = new FinishTaskOperation().addTaskIDsItem(task).reason("Fine").comment("By Java");
    tasks.digiofficeFinishTasks(NOTHING_MORE, null, null, finish);
    int again = 204;
    try {
      tasks.digiofficeFinishTasks(NOTHING_MORE, null, null, finish);
    } catch (ApiException error) {
      again = error.getCode();
    }
    System.out.printf("%s %d%n", tasks.digiofficeGetTask(given[1], new GetTaskOperation(), null, null).getStatus(), again);
  }
}

// Fetches, locks and completes an external task of an instance; another worker, and a second time, are refused.
import client.ApiClient;
import client.ApiException;
import client.api.ExternalTaskApi;
import client.model.CompleteExternalTask;
import client.model.FetchExternalTasks;
import client.model.FetchTopic;
import client.model.VariableValue;

public class Camunda {
  public static void main(String[] given) throws ApiException {
    ApiClient client = new ApiClient();
    client.updateBaseUri(given[0] + "/engine-rest");
    ExternalTaskApi tasks = new ExternalTaskApi(client);

    FetchTopic topic = new FetchTopic().topicName("check-stock").lockDuration(60_000L);
    FetchExternalTasks wish = new FetchExternalTasks().workerId("java").maxTasks(100).addTopicsItem(topic);
    var task = tasks.camundaFetchAndLockExternalTasks(wish).stream()
        .filter(one -> given[1].equals(one.getProcessInstanceId())).findFirst().orElseThrow();

    CompleteExternalTask body = new CompleteExternalTask().workerId("java");
    body.putVariablesItem("places", new VariableValue().value(3).type("Integer"));
    int other = refused(tasks, task.getId(), new CompleteExternalTask().workerId("other"));
    tasks.camundaCompleteExternalTask(task.getId(), body);
    int again = refused(tasks, task.getId(), body);
    System.out.printf("%s %d %d%n", task.getTopicName(), other, again);
  }

  private static int refused(ExternalTaskApi tasks, String id, CompleteExternalTask body) {
    try {
      tasks.camundaCompleteExternalTask(id, body);
      return 204;
    } catch (ApiException error) {
      return error.getCode();
    }
  }
}

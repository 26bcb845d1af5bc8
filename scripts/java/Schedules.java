import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import org.camunda.bpm.engine.impl.bpmn.parser.FailedJobRetryConfiguration;
import org.camunda.bpm.engine.impl.calendar.CycleBusinessCalendar;
import org.camunda.bpm.engine.impl.calendar.DueDateBusinessCalendar;
import org.camunda.bpm.engine.impl.calendar.DurationBusinessCalendar;
import org.camunda.bpm.engine.impl.jobexecutor.TimerDeclarationImpl;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.impl.util.ParseUtil;

/** Reads lines of kind, moment of now and text, separated by tabs, and adds what Camunda's calendars answer at that moment. */
public class Schedules {
  private static final int FIRINGS = 6;

  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] asked = line.split("\t", -1);
      answers.println("answer\t" + line + "\t" + answer(asked[0], Long.parseLong(asked[1]), asked[2]));
    }
  }

  private static String answer(String kind, long now, String text) {
    ClockUtil.setCurrentTime(new Date(now));
    try {
      switch (kind) {
        case "date": return shown(new DueDateBusinessCalendar().resolveDuedate(text));
        case "duration": return shown(new DurationBusinessCalendar().resolveDuedate(text));
        case "cycle": return firings(text);
        default: return tries(text);
      }
    } catch (Exception error) {
      return "! " + error.getMessage();
    }
  }

  private static String shown(Date due) {
    return due == null ? "none" : Long.toString(due.getTime());
  }

  /** What a cycle repeats, and when it fires if each firing comes seven milliseconds late. */
  private static String firings(String text) throws Exception {
    Date due = new CycleBusinessCalendar().resolveDuedate(text);
    Method prepared = TimerDeclarationImpl.class.getDeclaredMethod("prepareRepeat", String.class);
    prepared.setAccessible(true);
    String repeat = (String) prepared.invoke(new TimerDeclarationImpl(null, null, ""), text);
    StringBuilder moments = new StringBuilder(repeat + "\t" + shown(due));
    for (int firing = 1; firing < FIRINGS && due != null; firing++) {
      ClockUtil.setCurrentTime(new Date(due.getTime() + 7));
      due = new CycleBusinessCalendar().resolveDuedate(repeat, null, 0L);
      moments.append(" ").append(shown(due));
    }
    return moments.toString();
  }

  private static String tries(String text) {
    FailedJobRetryConfiguration configuration = ParseUtil.parseRetryIntervals(text);
    return configuration == null ? "none" : Integer.toString(configuration.getRetries());
  }
}

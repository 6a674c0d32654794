package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/localslack"
	"campaignbot/bot/store/storetest"
	"campaignbot/config"
)

// asProgram makes the test binary run as campaignbot itself, for tests that kill it.
const asProgram = "CAMPAIGNBOT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is campaignbot in a process of its own.
type process struct {
	cmd *exec.Cmd
	log *logBuffer
}

// startProcess runs campaignbot with the arguments in an environment that holds nothing else.
func startProcess(t testing.TB, environ []string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], args...), log: &logBuffer{}}
	p.cmd.Env = append([]string{asProgram + "=1", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}, environ...)
	p.cmd.Dir = t.TempDir()
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	return p
}

// kill ends the process as a power cut does.
func (p *process) kill(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
}

// end asks the process to end and returns its exit code and how long that took.
func (p *process) end(t testing.TB) (int, time.Duration) {
	t.Helper()
	start := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode(), time.Since(start)
}

// once runs campaignbot to its end.
func once(t *testing.T, environ []string, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(within(t), args, world{environ: environ, in: strings.NewReader(stdin), out: &stdout, errs: &stderr})
	return code, stdout.String(), stderr.String()
}

// dueMinutesAgo is a reminder that was due once, some minutes ago.
func dueMinutesAgo(minutes int) string {
	due := time.Now().UTC().Add(-time.Duration(minutes) * time.Minute)
	return fmt.Sprintf(`
schedules:
  - {id: failed-exports, cron: "%d %d %d %d *", time_zone: UTC, channel: C0OPS0001, kind: reminder, text: Re-run the failed exports}
`, due.Minute(), due.Hour(), due.Day(), int(due.Month()))
}

// TestKilledWhileItPosts kills the program between the moment Slack takes a post and the moment it says so.
func TestKilledWhileItPosts(t *testing.T) {
	t.Parallel() // it waits most of the time
	storetest.Engines(t, func(t *testing.T, url string) {
		t.Parallel()
		// A program whose clock is behind sees the schedule before its due time; the next ones find it has passed.
		r := newRigAt(t, config.ModeSocket, url, dueMinutesAgo(8), -16*time.Minute)
		r.stop(t)
		r.clock.Move(16 * time.Minute)
		r.slack.Faults().Inject("chat.postMessage", localslack.Fault{Kind: localslack.AcceptThenDelay, Next: 1, Delay: time.Minute})
		environment := environ(r.slack, config.ModeSocket, url, "127.0.0.1:0")

		first := startProcess(t, environment, "serve", "--config", r.config.File)
		if _, err := r.slack.Await(within(t), func(m localslack.Message) bool { return m.FromBot() }); err != nil {
			t.Fatalf("nothing was posted: %v\n%s", err, first.log)
		}
		first.kill(t)

		second := startProcess(t, environment, "serve", "--config", r.config.File)
		awaitOccurrence(t, url, second)
		if n := r.fromBot(ops, "Re-run the failed exports"); n != 1 {
			t.Errorf("%d reminders, want the one from before the kill\n%s", n, second.log)
		}
		if code, took := second.end(t); code != exitOK || took > 5*time.Second {
			t.Errorf("ended with %d after %s\n%s", code, took, second.log)
		}
	})
}

// awaitOccurrence waits until the history of the store says that the reminder was posted late. River takes up the job of
// a dead process after 42 s at most.
func awaitOccurrence(t *testing.T, url string, p *process) {
	t.Helper()
	s := storetest.Open(t, url)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		list, err := s.Occurrences(ctx, "failed-exports", time.Time{}, 0)
		if err == nil && len(list) == 1 && list[0].State == bot.PostedLate {
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("history is %+v, %v\n%s", list, err, p.log)
		}
	}
}

func TestSecondProcessOnTheSameFileIsRefused(t *testing.T) {
	r := newRig(t, config.ModeSocket, sqliteURL(t), "language: en\n")
	p := startProcess(t, environ(r.slack, config.ModeSocket, r.config.Store.URL.Reveal(), "127.0.0.1:0"), "serve")
	if err := p.cmd.Wait(); p.cmd.ProcessState.ExitCode() != exitRefused {
		t.Errorf("%v\n%s", err, p.log)
	}
	if !strings.Contains(p.log.String(), "in use by another campaignbot") {
		t.Errorf("not told why:\n%s", p.log)
	}
}

func TestEndFinishesWhatIsUnderWay(t *testing.T) {
	for name, latency := range map[string]time.Duration{"a Slack that answers soon": time.Second, "a Slack that does not": time.Minute} {
		t.Run(name, func(t *testing.T) { endsWhile(t, latency) })
	}
}

// endsWhile ends the program while it posts an answer, which takes Slack that long.
func endsWhile(t *testing.T, latency time.Duration) {
	r := newRig(t, config.ModeSocket, sqliteURL(t), "language: en\n")
	r.stop(t)
	p := startProcess(t, environ(r.slack, config.ModeSocket, r.config.Store.URL.Reveal(), "127.0.0.1:0"), "serve")
	if err := r.slack.AwaitConnections(within(t), 1); err != nil {
		t.Fatalf("%v\n%s", err, p.log)
	}
	r.slack.Faults().Inject("chat.postMessage", localslack.Fault{Kind: localslack.Latency, Every: 1, Delay: latency})
	if _, err := r.slack.Mention(within(t), ann, ops, "module mta", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := r.slack.AwaitDelivery(within(t), func(d localslack.Delivery) bool { return d.Kind == "events_api" && d.Acked }); err != nil {
		t.Fatal(err)
	}
	if code, took := p.end(t); code != exitOK || took > 5*time.Second {
		t.Errorf("ended with %d after %s\n%s", code, took, p.log)
	}
	if n := r.fromBot(ops, "mta ·"); latency < 3*time.Second && n != 1 {
		t.Errorf("%d answers", n)
	}
}

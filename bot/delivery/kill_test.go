package delivery

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store"
	"campaignbot/bot/store/storetest"
)

// victimEnv tells the test program to be a process that will be killed: "<store URL> <file that stands in for Slack>".
const victimEnv = "CAMPAIGNBOT_TEST_VICTIM"

// victimTiming lets the next process take over quickly.
func victimTiming() timing {
	t := quick()
	t.job, t.rescue, t.stale = 400*time.Millisecond, 400*time.Millisecond, 500*time.Millisecond
	return t
}

func TestKilledBetweenAcceptAndRecord(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		w := newWorld(t, url, victimTiming())
		accepted := filepath.Join(t.TempDir(), "slack")
		j, _ := due(w.clock, "s", 0)
		w.enqueue(t, j)
		kill(t, url, accepted)
		asIfTimePassed(t, url)
		w.slack.find = func(_ context.Context, _, _, key string, _ time.Time) (bot.MessageRef, bool, error) {
			if got := readFile(t, accepted); got != key {
				t.Errorf("the first process posted %q, and %q is looked for", got, key)
			}
			return bot.MessageRef{Channel: "C1", TS: "1.1"}, true, nil
		}
		w.start(t)
		if got := w.result(t); got.State != bot.Posted || got.Ref.TS != "1.1" {
			t.Fatalf("got %+v", got)
		}
		if n := w.slack.posts(j.Key); n != 0 {
			t.Fatalf("posted again %d times", n)
		}
	})
}

// kill starts another process on the store, waits until its post is accepted, and kills it before the answer.
func kill(t *testing.T, url, accepted string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	cmd.Env = append(os.Environ(), victimEnv+"="+url+" "+accepted)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // it was killed
	if strings.TrimSpace(line) != "accepted" {
		t.Fatalf("the other process said %q", line)
	}
}

// TestVictim is the process that is killed. It does nothing in a test run of its own.
func TestVictim(t *testing.T) {
	url, accepted, ok := strings.Cut(os.Getenv(victimEnv), " ")
	if !ok {
		return
	}
	s, err := store.Open(store.Options{URL: url, Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	sl := newSlack()
	sl.post = func(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
		if err := os.WriteFile(accepted, []byte(out.Key), 0o600); err != nil {
			t.Error(err)
		}
		fmt.Println("accepted")
		select {} // until it is killed
	}
	join(t, url, &watched{s, nil}, sl, victimTiming()).start(t)
	receive(t, make(chan struct{})) // it is killed before this gives up
}

// asIfTimePassed ends what a killed process leaves behind for a while: its lead among the replicas (15 s), and its job
// (until rescued).
func asIfTimePassed(t *testing.T, url string) {
	t.Helper()
	db := database(t, url)
	defer db.Close()
	for _, statement := range []string{
		`delete from river_leader`,
		`update river_job set attempted_at = '2026-01-01 00:00:00.000' where state = 'running'`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// database opens what the delivery keeps its jobs in.
func database(t *testing.T, url string) *sql.DB {
	t.Helper()
	driver, source := "pgx", url
	if path, ok := strings.CutPrefix(url, sqliteScheme); ok {
		driver, source = "sqlite", path
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

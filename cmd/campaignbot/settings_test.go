package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"campaignbot/bot/store/storetest"
	"campaignbot/config"
)

// eventually waits until it is so.
func (r *rig) eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx := within(t)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not within time: %s\n%s", what, r.log)
		}
	}
}

func (r *rig) inForce() string {
	var ids []string
	for _, s := range r.program.timetable.Schedules() {
		ids = append(ids, s.ID)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func TestAChangedConfigurationIsReloaded(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		r := newRig(t, config.ModeSocket, url, reminders)
		r.slash(t, ann, "remind every day at 07:15 count the queues")
		const later = "  - {id: new-one, cron: \"0 12 * * *\", time_zone: UTC, channel: C0OPS0001, kind: reminder, text: Have lunch}\n"
		write := func(yaml string) {
			t.Helper()
			other := filepath.Join(t.TempDir(), "next.yaml")
			writeFile(t, other, yaml)
			if err := os.Rename(other, r.file); err != nil {
				t.Fatal(err)
			}
		}
		write(reminders + later)
		r.eventually(t, "the new schedule beside the one made in Slack", func() bool { return r.inForce() == "count-the-queues failed-exports new-one overview" })
		if err := r.program.planner.EnqueueDue(t.Context(), r.clock.Now()); err != nil { // it begins when it is seen first
			t.Fatal(err)
		}
		r.moveTo(t, 13, 0)
		r.await(t, ops, "Have lunch")

		write(strings.Replace(reminders, "30 8", "99 8", 1))
		r.eventually(t, "about tells why", func() bool { return strings.Contains(r.slash(t, ann, "about"), "The last reload failed") })
		if about := r.slash(t, ann, "about"); !strings.Contains(about, "failed-exports") || !strings.Contains(about, "4 schedules") {
			t.Errorf("about: %s", about)
		}
		if got := r.inForce(); got != "count-the-queues failed-exports new-one overview" {
			t.Errorf("in force: %s", got)
		}

		write(strings.Replace(reminders, "language: nl", "language: de", 1) + "language: fr\npermissions: {channels: [C0OPS0001], admins: [U0BRAM001]}\n")
		r.eventually(t, "the removed schedule is gone", func() bool { return r.inForce() == "count-the-queues failed-exports overview" })
		if about := r.slash(t, ann, "about"); strings.Contains(about, "reload failed") {
			t.Errorf("about: %s", about)
		}
		r.eventually(t, "what needs a restart is logged", func() bool { return strings.Contains(r.log.String(), `"sections":["language"]`) })
		if got := r.slash(t, bram, "remind pause count-the-queues"); !strings.Contains(got, "is gepauzeerd") {
			t.Errorf("an administrator of the new configuration: %s", got)
		}
		if got, err := r.slack.Slash(within(t), ann, other, "/campaign modules"); err != nil || !strings.Contains(got.Message.Text, "may not answer in this channel") {
			t.Errorf("in a channel that is no longer allowed: %v %+v", err, got)
		}
		r.moveTo(t, 8, 30)
		r.await(t, ops, "Fehlgeschlagene Exporte neu anstoßen")
	})
}

func TestAConfigurationBehindALinkIsReloaded(t *testing.T) {
	r := newRigWithout(t, config.ModeSocket, sqliteURL(t), reminders)
	// As Kubernetes mounts it: the file is a link through a link to a folder, and that link is swapped.
	dir := t.TempDir()
	for name, yaml := range map[string]string{"one": reminders, "two": "channels: []\n"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, name, "campaignbot.yaml"), yaml)
	}
	link := func(target, name string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, "link"), name); err != nil {
			t.Fatal(err)
		}
	}
	link("one", filepath.Join(dir, "..data"))
	link(filepath.Join(dir, "..data", "campaignbot.yaml"), r.file)
	r.start(t)
	link("two", filepath.Join(dir, "..data"))
	r.eventually(t, "no schedules are left", func() bool { return r.inForce() == "" })
}

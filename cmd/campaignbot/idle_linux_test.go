package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/localslack"
	"campaignbot/bot/schedule"
	"campaignbot/bot/store/storetest"
	"campaignbot/config"
)

// idleFor is how long an idle process is watched.
const idleFor = 20 * time.Second

// BenchmarkIdle shows what serve costs, in a process of its own, while none of its schedules is due: half of them are
// configured, half were made in Slack. First-tick is the time to begin with the configured ones in an empty store. One run
// takes a minute and a half.
func BenchmarkIdle(b *testing.B) {
	for _, n := range []int{0, 1_000, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				watchIdle(b, n)
			}
		})
	}
}

func watchIdle(b *testing.B, n int) {
	slack, err := localslack.New(localslack.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := slack.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	defer slack.Close()
	url, file := storetest.SQLite(b), filepath.Join(b.TempDir(), "campaignbot.yaml")
	b.ReportMetric(prepare(b, n, url, file).Seconds(), "first-tick-s")
	start := time.Now()
	p := startProcess(b, environ(slack, config.ModeSocket, url, "127.0.0.1:0"), "serve", "--config", file)
	if err := slack.AwaitConnections(b.Context(), 1); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(start).Seconds(), "start-s")
	timer := time.NewTimer(5 * time.Second) // until every cursor is read
	<-timer.C
	before := cpu(b, p.cmd.Process.Pid)
	timer.Reset(idleFor)
	<-timer.C
	used := cpu(b, p.cmd.Process.Pid) - before
	b.ReportMetric(float64(used.Milliseconds())/idleFor.Seconds(), "cpu-ms/s")
	b.ReportMetric(float64(resident(b, p.cmd.Process.Pid))/(1<<20), "resident-MiB")
	b.ReportMetric(0, "ns/op")
	p.end(b)
}

// prepare writes the configuration and fills the store, and returns how long the first tick took.
func prepare(b *testing.B, n int, url, file string) time.Duration {
	b.Helper()
	ledger := storetest.Open(b, url)
	defer ledger.Close()
	var yaml strings.Builder
	yaml.WriteString("schedules:\n")
	last := time.Now().UTC().AddDate(0, 0, -1) // due in a year, but for a day
	for i := range n {
		cron := fmt.Sprintf("%d %d %d %d *", i%60, i/60%24, last.Day(), last.Month())
		if i%2 == 0 {
			fmt.Fprintf(&yaml, "  - {id: s%05d, cron: %q, time_zone: Europe/Amsterdam, channel: C0OPS0001, text: Check %d}\n", i, cron, i)
			continue
		}
		s := bot.Schedule{ID: fmt.Sprintf("s%05d", i), Cron: cron, TimeZone: "Europe/Amsterdam", Channel: "C0OPS0001", Kind: bot.KindReminder,
			Text: map[string]string{"": fmt.Sprintf("Check %d", i)}, Made: bot.Mark{By: "U0ANN0001", In: "C0OPS0001", At: time.Now()}}
		plan, err := schedule.Parse(s)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := ledger.AddSchedule(b.Context(), s, plan.Fingerprint()); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.WriteFile(file, []byte(yaml.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	plan, err := config.Load(config.Options{File: file})
	if err != nil {
		b.Fatal(err)
	}
	configured, _ := schedulesOf(plan)
	planner, err := schedule.New(schedule.Options{Schedules: plain(configured), Store: ledger, Enqueuer: noQueue{}})
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := planner.EnqueueDue(b.Context(), start); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// cpu is the time that a process has had on all cores.
func cpu(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	const user, system, perSecond = 11, 12, 100 // fields behind the name; the kernel's clock ticks
	var ticks int64
	for _, i := range []int{user, system} {
		n, err := strconv.ParseInt(string(fields[i]), 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / perSecond
}

// resident is the memory of a process, in bytes.
func resident(b *testing.B, pid int) int64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		b.Fatal(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(status))[1], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

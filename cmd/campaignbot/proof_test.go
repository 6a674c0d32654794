package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	proofEnv = "CAMPAIGNBOT_TEST_PROOF" // long: the one of the README
	seedEnv  = "CAMPAIGNBOT_TEST_SEED"  // of the moments to kill, to see a failure again
)

func long() bool { return os.Getenv(proofEnv) == "long" }

// proof is the run of all the proofs of the promise that every due time is posted once or skipped with a reason.
//
// What else belongs to it: TestKilledWhileItPosts kills between accepting and answering, without chance;
// TestSecondProcessOnTheSameFileIsRefused; and in bot/schedule the clock is set back and forth.
type proof struct {
	seed uint64
	many int // schedules that are due at once
	few  int // schedules where it is not about their number

	mu   sync.Mutex
	rows []row
}

func TestThePromise(t *testing.T) {
	t.Parallel()
	p := &proof{seed: rand.Uint64(), many: 40}
	if long() {
		p.many, p.few = 200, 50
	}
	if text := os.Getenv(seedEnv); text != "" {
		var err error
		if p.seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s=%d", seedEnv, p.seed)
	if long() { // alone, because it is measured
		t.Run("on time", p.onTime)
	}
	proofs := map[string]func(*testing.T){
		"killed, SQLite":     func(t *testing.T) { p.killed(t, "SQLite, 1 process", sqliteURL(t), 1) },
		"killed, PostgreSQL": func(t *testing.T) { p.killed(t, "PostgreSQL, 3 replicas", newCluster(t).database(t, "killed"), 3) },
		"PostgreSQL stopped": p.stopped,
	}
	if long() {
		proofs["down, SQLite"] = func(t *testing.T) { p.down(t, "SQLite, 1 process, down for 4 min", sqliteURL(t), 1) }
		proofs["down, PostgreSQL"] = func(t *testing.T) {
			p.down(t, "PostgreSQL, 3 replicas, all down for 4 min", newCluster(t).database(t, "down"), 3)
		}
	}
	together(t, proofs)
	slices.SortFunc(p.rows, func(a, b row) int { return cmp.Or(strings.Compare(a.store, b.store), a.kills-b.kills) })
	var table strings.Builder
	for _, r := range p.rows {
		table.WriteString(r.String() + "\n")
	}
	t.Logf("\n| store | schedules | due times | kills | expected | posted | lost | doubled | late p50 | late p99 |\n"+
		"|---|---|---|---|---|---|---|---|---|---|\n%s", table.String())
}

// together runs subtests side by side, however few processors there are: they wait most of the time.
func together(t *testing.T, tests map[string]func(*testing.T)) {
	var all sync.WaitGroup
	for name, test := range tests {
		all.Go(func() { t.Run(name, test) })
	}
	all.Wait()
}

func (p *proof) add(r row) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rows = append(p.rows, r)
}

// minutes are so many due times from the first full minute after a time.
func minutes(after time.Time, n int) []time.Time {
	dues := make([]time.Time, n)
	for i := range dues {
		dues[i] = after.UTC().Truncate(time.Minute).Add(time.Duration(i+1) * time.Minute)
	}
	return dues
}

// soon is long enough for processes to start.
func soon() time.Time { return time.Now().Add(15 * time.Second) }

// onTime measures how late posts are that are all due in one second, when nobody is killed.
func (p *proof) onTime(t *testing.T) {
	measure := func(t *testing.T, name, url string, replicas int) {
		f := newFleet(t, name, url, p.many, minutes(soon(), 1))
		f.fill(t, replicas)
		if err := f.slack.AwaitConnections(within(t), replicas); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(f.dues[0]) {
			t.Fatal("the processes started too slowly for a measurement")
		}
		await(t, f.dues[0])
		f.awaitSettled(t, f.dues[0])
		p.add(f.count(t, 1))
	}
	t.Run("SQLite", func(t *testing.T) { measure(t, "SQLite, 1 process", sqliteURL(t), 1) })
	t.Run("PostgreSQL", func(t *testing.T) { measure(t, "PostgreSQL, 3 replicas", newCluster(t).database(t, "proof"), 3) })
}

// killed kills processes at random moments while they plan and while they post, and starts others. In the short form they
// catch up three due times all the while.
func (p *proof) killed(t *testing.T, name, url string, replicas int) {
	random := rand.New(rand.NewPCG(p.seed, uint64(replicas)))
	dues := minutes(time.Now().Add(-5*time.Minute), 3)
	bursts := dues[2:]
	if long() {
		dues = minutes(soon(), 5)
		bursts = dues
	}
	f := newFleet(t, name, url, p.many, dues)
	f.fill(t, replicas)
	for i, due := range bursts {
		await(t, due)
		// After so many posts; below zero: soon after the due times are recorded, perhaps before their jobs are.
		moments := []int{random.IntN(2*p.many) - p.many, random.IntN(p.many)}
		slices.Sort(moments)
		for _, posts := range moments {
			eventually(t, 20*time.Second, func() bool {
				return posts < 0 && f.recorded(t.Context(), due) || posts >= 0 && f.accepted(post) >= i*p.many+posts
			})
			if posts < 0 {
				await(t, time.Now().Add(time.Duration(random.IntN(200))*time.Millisecond))
			}
			f.kill(t, random.IntN(replicas))
			f.fill(t, replicas)
		}
	}
	f.awaitSettled(t, dues[len(dues)-1])
	p.add(f.count(t, len(bursts)))
	if !long() {
		f.checkCaughtUp(t, dues[2])
	}
	t.Logf("%d times somebody looked whether a message was there", f.accepted(lookBack))
}

// down kills every process, and lets due times pass before it starts others.
func (p *proof) down(t *testing.T, name, url string, replicas int) {
	dues := slices.Delete(minutes(soon(), 6), 4, 5)
	f := newFleet(t, name, url, p.few, dues)
	f.fill(t, replicas)
	f.awaitSettled(t, dues[0])
	for len(f.live) > 0 {
		f.kill(t, 0)
	}
	await(t, dues[3].Add(65*time.Second))
	f.fill(t, replicas)
	f.awaitSettled(t, dues[4])
	p.add(f.count(t, 3))
	f.checkCaughtUp(t, dues[3])
}

// stopped stops PostgreSQL while posts are made, and in the long form once more while a due time passes.
func (p *proof) stopped(t *testing.T) {
	random := rand.New(rand.NewPCG(p.seed, 0))
	dues, away, replicas := minutes(time.Now().Add(-3*time.Minute), 1), 5*time.Second, 2
	if long() {
		dues, away, replicas = minutes(soon(), 3), 30*time.Second, 3
	}
	c := newCluster(t)
	f := newFleet(t, fmt.Sprintf("PostgreSQL stopped for %.0f s, %d replicas", away.Seconds(), replicas), c.database(t, "stopped"), p.many, dues)
	outage := func() {
		c.stop(t)
		await(t, time.Now().Add(away))
		c.start(t)
	}
	f.fill(t, replicas)
	await(t, dues[0])
	posts := random.IntN(p.many)
	eventually(t, 20*time.Second, func() bool { return f.accepted(post) >= posts })
	outage()
	if long() {
		await(t, dues[2].Add(-10*time.Second))
		outage()
	}
	f.awaitSettled(t, dues[len(dues)-1])
	p.add(f.count(t, len(dues)))
}

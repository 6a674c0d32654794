package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"campaignbot/bot/store/storetest"
	"campaignbot/config"
)

// gateway is a TCP address before a database that can be closed and opened.
type gateway struct {
	addr, target string

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
	work     sync.WaitGroup
}

// newGateway returns a closed gateway before the database of the URL, and the URL through it.
func newGateway(t *testing.T, database string) (*gateway, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{addr: freeAddress(t), target: u.Host, conns: map[net.Conn]bool{}}
	u.Host = g.addr
	t.Cleanup(g.close)
	return g, u.String()
}

func (g *gateway) open(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	g.mu.Lock()
	g.listener = l
	g.mu.Unlock()
	g.work.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", g.target)
			if err != nil {
				in.Close()
				continue
			}
			g.join(in, out)
		}
	})
}

func (g *gateway) join(in, out net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns[in], g.conns[out] = true, true
	for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
		g.work.Go(func() {
			_, _ = io.Copy(pair[0], pair[1])
			in.Close()
			out.Close()
		})
	}
}

// close ends what runs through the gateway and takes nothing more.
func (g *gateway) close() {
	g.mu.Lock()
	if g.listener != nil {
		g.listener.Close()
	}
	for c := range g.conns {
		c.Close()
	}
	clear(g.conns)
	g.mu.Unlock()
	g.work.Wait()
}

// readiness asks the admin address.
func (r *rig) readiness(t *testing.T) (int, string) {
	t.Helper()
	res, err := http.Get("http://" + r.program.admin.Addr() + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(body)
}

func TestTheBotAnswersWhileItsStoreIsAway(t *testing.T) {
	g, throughGateway := newGateway(t, storetest.Postgres(t))
	r := newRigWithout(t, config.ModeSocket, throughGateway, reminders)
	r.launch(t)

	if status, body := r.readiness(t); status != http.StatusServiceUnavailable || !strings.Contains(body, `"store"`) {
		t.Errorf("readiness %d %s", status, body)
	}
	got, err := r.slack.Slash(within(t), bram, ops, "/campaign module wfserver")
	if err != nil || got.Message == nil || !strings.Contains(got.Message.Text, "Draait hij?") {
		t.Fatalf("no answer without the store: %v %+v", err, got)
	}
	if _, err := r.slack.Mention(within(t), ann, ops, "the bounce mailbox is full", ""); err != nil {
		t.Fatal(err)
	}
	r.await(t, ops, "inMail ·")
	if got, err := r.slack.Slash(within(t), ann, ops, "/campaign language de"); err != nil || got.Message == nil || !strings.Contains(got.Message.Text, "again later") {
		t.Errorf("a choice that cannot be kept: %v %+v", err, got.Message)
	}

	g.open(t)
	r.awaitStore(t)
	r.moveTo(t, 8, 30)
	r.await(t, ops, "Herstart de mislukte exports")

	g.close()
	r.clock.Move(8*time.Hour + 30*time.Minute) // the digest is due while the store is away
	if err := r.program.planner.EnqueueDue(within(t), r.clock.Now()); err == nil {
		t.Error("the planner did not notice that the store is away")
	}
	if got, err := r.slack.Slash(within(t), bram, ops, "/campaign module mta"); err != nil || got.Message == nil {
		t.Fatalf("no answer while the store is away again: %v", err)
	}
	g.open(t)
	r.awaitStore(t)
	r.await(t, ops, "Overzicht")
	if n := r.fromBot(ops, "Overzicht"); n != 1 {
		t.Errorf("%d digests", n)
	}
}

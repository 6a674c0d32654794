package localslack

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/coder/websocket"
)

const (
	// maxAck is the size from which Slack drops an acknowledgement without a word.
	maxAck         = 20_480
	maxConnections = 10
	maxFrame       = 1 << 20
)

// socket is one open Socket Mode connection.
type socket struct {
	number int
	conn   *websocket.Conn
	gone   chan struct{} // closed when the connection has ended
}

// pendingAck is an envelope that was sent; it stays after the timeout, so that a
// late acknowledgement is seen.
type pendingAck struct {
	delivery int
	kind     string
	sent     time.Time
	done     chan struct{}
}

func (w *Workspace) openConnection(args) (answer, *refusal) {
	if w.opt.RequestURL != "" {
		return nil, refuse("socket_mode_not_enabled")
	}
	if len(w.sockets) >= maxConnections {
		return nil, refuse("too_many_websockets")
	}
	ticket := secret()
	w.tickets[ticket] = true
	return answer{"url": "ws://" + w.listener.Addr().String() + "/link?ticket=" + ticket + "&app_id=" + w.opt.AppID}, nil
}

// serveSocket accepts one connection and reads acknowledgements until it ends.
func (w *Workspace) serveSocket(rw http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	w.mu.Lock()
	valid := w.tickets[ticket]
	delete(w.tickets, ticket) // an address works once
	w.mu.Unlock()
	if !valid {
		http.Error(rw, "this address was used before or never given out", http.StatusForbidden)
		return
	}
	// Clients name Slack as their origin; the ticket is what counts here.
	conn, err := websocket.Accept(rw, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		w.log.Debug("accept socket", "error", err)
		return
	}
	defer hangUp(conn)
	conn.SetReadLimit(maxFrame)
	ended := make(chan struct{})
	w.goroutine(func() { w.runSocket(conn); close(ended) })
	select {
	case <-ended:
	case <-w.ctx.Done():
	}
}

func (w *Workspace) runSocket(conn *websocket.Conn) {
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	s := w.addSocket(conn)
	defer w.dropSocket(s)
	if err := w.sayHello(ctx, s); err != nil {
		return
	}
	w.goroutine(func() { w.keepAlive(ctx, s) })
	for {
		_, frame, err := conn.Read(ctx)
		if err != nil {
			return
		}
		w.acknowledge(frame)
	}
}

// hangUp ends a connection without a farewell; that it may have ended before is no
// error.
func hangUp(conn *websocket.Conn) { _ = conn.CloseNow() }

func (w *Workspace) addSocket(conn *websocket.Conn) *socket {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nextSocket++
	return &socket{number: w.nextSocket, conn: conn, gone: make(chan struct{})}
}

// sayHello greets a client; only then payloads may go to the connection.
func (w *Workspace) sayHello(ctx context.Context, s *socket) error {
	w.mu.Lock()
	open := len(w.sockets) + 1
	w.mu.Unlock()
	err := s.conn.Write(ctx, websocket.MessageText, encode(map[string]any{
		"type": "hello", "num_connections": open,
		"connection_info": map[string]any{"app_id": w.opt.AppID},
		"debug_info": map[string]any{
			"host": "localslack", "build_number": 1, "approximate_connection_time": 18060,
			"started": w.opt.Now().UTC().Format(time.RFC3339),
		},
	}))
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sockets = append(w.sockets, s)
	w.wakeLocked()
	return nil
}

func (w *Workspace) dropSocket(s *socket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(s.gone)
	w.sockets = slices.DeleteFunc(w.sockets, func(x *socket) bool { return x == s })
	w.wakeLocked()
}

func (w *Workspace) keepAlive(ctx context.Context, s *socket) {
	ticker := time.NewTicker(w.opt.PingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := s.conn.Ping(ctx); err != nil {
				hangUp(s.conn)
				return
			}
		case <-s.gone:
			return
		case <-ctx.Done():
			return
		}
	}
}

// acknowledge matches one frame of a client with the envelope it answers.
func (w *Workspace) acknowledge(frame []byte) {
	if len(bytes.TrimSpace(frame)) >= maxAck {
		return
	}
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(frame, &ack); err != nil {
		w.log.Debug("read acknowledgement", "error", err)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.pending[ack.EnvelopeID]
	if p == nil {
		return
	}
	delete(w.pending, ack.EnvelopeID)
	d := &w.deliveries[p.delivery]
	d.AckAfter = time.Since(p.sent)
	d.Late = d.Problem != "" || d.AckAfter > w.opt.AckTimeout
	d.Acked = !d.Late
	if p.kind != kindEvent { // an event's envelope does not accept a payload
		d.Answer = ack.Payload
	}
	close(p.done)
	w.wakeLocked()
}

func (w *Workspace) deliverSocket(p parcel) Delivery {
	w.mu.Lock()
	i := w.startDeliveryLocked(p)
	if len(w.sockets) == 0 {
		w.mu.Unlock()
		return w.finishDelivery(i, func(d *Delivery) { d.Problem = problemNoConnection })
	}
	// Any connection may get a payload; taking turns exercises them all.
	s := w.sockets[i%len(w.sockets)]
	id := w.newIDLocked("envelope-")
	pending := &pendingAck{delivery: i, kind: p.kind, sent: time.Now(), done: make(chan struct{})}
	w.pending[id] = pending
	w.deliveries[i].EnvelopeID, w.deliveries[i].Connection = id, s.number
	w.mu.Unlock()

	envelope := map[string]any{
		"envelope_id": id, "type": p.kind, "payload": p.payload, "accepts_response_payload": p.kind != kindEvent,
	}
	if p.kind == kindEvent {
		envelope["retry_attempt"], envelope["retry_reason"] = p.attempt, p.reason
	}
	problem := problemNoConnection
	if err := s.conn.Write(w.ctx, websocket.MessageText, encode(envelope)); err == nil {
		problem = w.awaitAck(pending, s)
	}
	return w.finishDelivery(i, func(d *Delivery) {
		if !d.Acked && !d.Late {
			d.Problem = problem
		}
	})
}

func (w *Workspace) awaitAck(p *pendingAck, s *socket) (problem string) {
	timer := time.NewTimer(w.opt.AckTimeout)
	defer timer.Stop()
	select {
	case <-p.done:
		return ""
	case <-timer.C:
		return problemTimeout
	case <-s.gone:
		return problemNoConnection
	case <-w.ctx.Done():
		return problemNoConnection
	}
}

// Connections is the number of open Socket Mode connections.
func (w *Workspace) Connections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sockets)
}

// AwaitConnections waits until exactly n connections are open.
func (w *Workspace) AwaitConnections(ctx context.Context, n int) error {
	return w.await(ctx, func() bool { return len(w.sockets) == n })
}

// Disconnect asks every client to go, with a reason such as warning,
// refresh_requested or link_disabled, and closes the connections. A warning in
// real Slack comes about ten seconds ahead; here the close follows at once.
func (w *Workspace) Disconnect(reason string) {
	w.mu.Lock()
	sockets := slices.Clone(w.sockets)
	w.mu.Unlock()
	notice := encode(map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "localslack"}})
	for _, s := range sockets {
		if err := s.conn.Write(w.ctx, websocket.MessageText, notice); err != nil {
			w.log.Debug("send disconnect", "error", err)
		}
		if err := s.conn.Close(websocket.StatusNormalClosure, reason); err != nil {
			w.log.Debug("close socket", "error", err)
		}
		<-s.gone
	}
}

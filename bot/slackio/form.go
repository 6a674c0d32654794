package slackio

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"campaignbot/bot"
)

// view is a modal as it comes back: the parts that matter here.
type view struct {
	ID              string `json:"id"`
	CallbackID      string `json:"callback_id"`
	PrivateMetadata string `json:"private_metadata"`
	Blocks          []struct {
		Type    string `json:"type"`
		BlockID string `json:"block_id"`
	} `json:"blocks"`
	State struct {
		Values map[string]map[string]filled `json:"values"`
	} `json:"state"`
}

// filled is one input as it was filled in; which field holds it depends on the input.
type filled struct {
	Value          string `json:"value"`
	SelectedOption struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	SelectedUser         string `json:"selected_user"`
	SelectedConversation string `json:"selected_conversation"`
	SelectedDateTime     int64  `json:"selected_date_time"`
}

func (f filled) text() string {
	if f.SelectedDateTime != 0 {
		return strconv.FormatInt(f.SelectedDateTime, 10)
	}
	for _, s := range []string{f.Value, f.SelectedOption.Value, f.SelectedUser, f.SelectedConversation} {
		if s != "" {
			return s
		}
	}
	return ""
}

// origin is what a modal keeps of the request that opened it.
type origin struct {
	Value    string `json:"value,omitempty"`
	Language string `json:"language,omitempty"`
	Channel  string `json:"channel,omitempty"`
	Thread   string `json:"thread,omitempty"`
	Message  string `json:"message,omitempty"`
}

const typeSubmission = "view_submission"

// submission returns the request of somebody who filled in a form.
func (in interaction) submission(id string) (bot.Request, bool) {
	var from origin
	if in.Type != typeSubmission || in.View.CallbackID == "" || in.User.ID == "" ||
		json.Unmarshal([]byte(in.View.PrivateMetadata), &from) != nil {
		return bot.Request{}, false
	}
	r := bot.Request{
		ID:       id,
		Surface:  bot.Submission,
		Team:     in.team(),
		User:     in.User.ID,
		Channel:  from.Channel,
		Thread:   from.Thread,
		Message:  from.Message,
		Action:   in.View.CallbackID,
		Value:    from.Value,
		Language: from.Language, // until the router knows better
		Inputs:   make(map[string]string, len(in.View.State.Values)),
	}
	for _, actions := range in.View.State.Values {
		for name, f := range actions {
			if s := f.text(); s != "" {
				r.Inputs[name] = unwrap(s, "")
			}
		}
	}
	return r, true
}

// firstInput returns the block id of the first input; Slack shows an error nowhere else.
func (v view) firstInput() string {
	for _, b := range v.Blocks {
		if b.Type == string(slack.MBTInput) {
			return b.BlockID
		}
	}
	return ""
}

// answered routes a request. A form in the reply is opened here, and nothing is left to be said then.
func (in *Intake) answered(ctx context.Context, req bot.Request, trigger string) bot.Reply {
	reply := in.opts.Router.Route(ctx, req)
	if reply.Form == nil {
		return reply
	}
	form, err := in.form(req, reply)
	if err == nil {
		err = in.opts.Client.openView(ctx, trigger, form)
	}
	if err == nil {
		return bot.Reply{}
	}
	in.opts.Log.Warn("form not opened", "request", req.ID, "error", err)
	line := bot.Phrase("error.form_not_opened")
	return bot.Reply{To: bot.ToAsker, Language: reply.Language, Private: true, Title: line, Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{line}}}}
}

func (in *Intake) form(req bot.Request, reply bot.Reply) (slack.ModalViewRequest, error) {
	from, err := json.Marshal(origin{Value: reply.Form.Value, Language: reply.Language, Channel: req.Channel, Thread: req.Thread, Message: req.Message})
	if err != nil {
		return slack.ModalViewRequest{}, fmt.Errorf("form %s: %w", reply.Form.Action, err)
	}
	return in.opts.Client.renderer.Form(reply.Form, reply.Language, string(from)), nil
}

// submitted answers somebody who filled in a form: it returns what the acknowledgement carries, nil to close the form. What
// is not ready in time follows in the form.
func (in *Intake) submitted(i interaction) []byte {
	if in.foreign(i.team()) {
		return nil
	}
	req, ok := i.submission(in.opts.NewID())
	if !ok {
		in.opts.Metrics.ignored("interaction")
		return nil
	}
	answer := make(chan bot.Reply) // as in command
	late := make(chan struct{})
	in.spawn(func(ctx context.Context) {
		reply := in.opts.Router.Route(ctx, req)
		select {
		case answer <- reply:
		case <-late:
			in.respondInView(ctx, req, i.View.ID, reply)
		}
	})
	timer := time.NewTimer(AckWait)
	defer timer.Stop()
	var response *slack.ViewSubmissionResponse
	var err error
	select {
	case reply := <-answer:
		response, err = in.viewResponse(req, i.View, reply)
	case <-timer.C:
		close(late)
		response = update(in.opts.Client.renderer.Notice(bot.Reply{Language: req.Language, Title: bot.Phrase("form.working")}))
	}
	var body []byte
	if err == nil && response != nil {
		body, err = json.Marshal(response)
	}
	if err != nil {
		in.opts.Log.Error("form not answered", "request", req.ID, "error", err)
	}
	return body
}

func update(v slack.ModalViewRequest) *slack.ViewSubmissionResponse {
	return slack.NewUpdateViewSubmissionResponse(&v)
}

// viewResponse says what becomes of a form: an error below an input, another form, a notice, or, for a reply that says
// nothing, the end of it.
func (in *Intake) viewResponse(req bot.Request, v view, reply bot.Reply) (*slack.ViewSubmissionResponse, error) {
	switch {
	case reply.Fault != nil:
		input := reply.Fault.Input
		if input == "" {
			input = v.firstInput()
		}
		return slack.NewErrorsViewSubmissionResponse(map[string]string{input: in.opts.Client.renderer.Label(reply.Language, reply.Fault.Line)}), nil
	case reply.Form != nil:
		form, err := in.form(req, reply)
		return update(form), err
	case reply.Title.IsZero():
		return nil, nil
	}
	return update(in.opts.Client.renderer.Notice(reply)), nil
}

// respondInView shows a reply that came too late for the acknowledgement.
func (in *Intake) respondInView(ctx context.Context, req bot.Request, id string, reply bot.Reply) {
	if reply.Title.IsZero() && reply.Form == nil {
		reply.Title = bot.Phrase("form.done")
	}
	form := in.opts.Client.renderer.Notice(reply)
	var err error
	if reply.Form != nil {
		form, err = in.form(req, reply)
	}
	if err == nil {
		err = in.opts.Client.updateView(ctx, id, form)
	}
	if err != nil {
		in.opts.Log.Error("form not answered", "request", req.ID, "error", err)
	}
}

func (c *Client) openView(ctx context.Context, trigger string, v slack.ModalViewRequest) error {
	_, err := c.api.OpenViewContext(ctx, trigger, v)
	c.metrics.call("views.open", err)
	if err != nil {
		return fmt.Errorf("views.open: %w", failure(err))
	}
	return nil
}

func (c *Client) updateView(ctx context.Context, id string, v slack.ModalViewRequest) error {
	_, err := c.api.UpdateViewContext(ctx, v, "", "", id)
	c.metrics.call("views.update", err)
	if err != nil {
		return fmt.Errorf("views.update: %w", failure(err))
	}
	return nil
}

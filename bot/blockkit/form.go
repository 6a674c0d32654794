package blockkit

import (
	"slices"
	"strconv"
	"strings"

	"campaignbot/bot"

	"github.com/slack-go/slack"
)

// The limits of a modal.
const (
	maxModalTitle = 24
	maxInputLabel = 2000
	maxInputText  = 3000
	product       = "campaignbot" // the title of a modal that has none
)

// Form renders a form as a modal. The metadata comes back with what is filled in, and is not shown. Block and action id of
// an input are its name.
func (r *Renderer) Form(form *bot.Form, lang, metadata string) slack.ModalViewRequest {
	c := r.canvas(lang)
	defer r.release(c)
	view := r.modal(form.Parts, lang)
	view.Title = c.plain(form.Title, maxModalTitle)
	view.Submit = c.plain(form.Submit, maxModalTitle)
	view.Close = c.plain(bot.Phrase("form.cancel"), maxModalTitle)
	view.CallbackID, view.PrivateMetadata = form.Action, metadata
	for i := range form.Inputs {
		view.Blocks.BlockSet = append(view.Blocks.BlockSet, c.input(&form.Inputs[i]))
	}
	return view
}

// Notice renders a reply as a modal that only shows it.
func (r *Renderer) Notice(reply bot.Reply) slack.ModalViewRequest {
	c := r.canvas(reply.Language)
	defer r.release(c)
	parts := reply.Parts
	if len(parts) == 0 {
		parts = []bot.Part{bot.Paragraph{Lines: []bot.Line{reply.Title}}}
	}
	view := r.modal(parts, reply.Language)
	view.Title = c.plain(bot.Text(product), maxModalTitle)
	view.Close = c.plain(bot.Phrase("form.close"), maxModalTitle)
	return view
}

// Label returns a line as plain text for a place without mark-up, such as the error below an input.
func (r *Renderer) Label(lang string, l bot.Line) string {
	c := r.canvas(lang)
	defer r.release(c)
	s, _ := c.label(l, maxInputLabel)
	return s
}

// modal lays parts out as in a message, without their buttons.
func (r *Renderer) modal(parts []bot.Part, lang string) slack.ModalViewRequest {
	view := slack.ModalViewRequest{Type: slack.VTModal}
	parts = slices.DeleteFunc(slices.Clone(parts), func(p bot.Part) bool { _, isRow := p.(bot.Buttons); return isRow })
	if len(parts) > 0 {
		view.Blocks.BlockSet = r.Message(bot.Reply{Language: lang, Parts: parts}).Blocks
	}
	return view
}

func (c *canvas) plain(l bot.Line, limit int) *slack.TextBlockObject {
	s, _ := c.label(l, limit)
	if s == "" {
		s = ellipsis
	}
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

func (c *canvas) input(in *bot.Input) *slack.InputBlock {
	b := slack.NewInputBlock(in.Name, c.plain(in.Label, maxInputLabel), nil, c.element(in))
	if !in.Hint.IsZero() {
		b.Hint = c.plain(in.Hint, maxInputLabel)
	}
	b.Optional = in.Optional
	return b
}

func (c *canvas) element(in *bot.Input) slack.BlockElement {
	switch in.Kind {
	case bot.InputNumber:
		e := slack.NewNumberInputBlockElement(nil, in.Name, false)
		e.MinValue, e.InitialValue = "0", in.Value
		return e
	case bot.InputMoment:
		e := slack.NewDateTimePickerBlockElement(in.Name)
		e.InitialDateTime, _ = strconv.ParseInt(in.Value, 10, 64)
		return e
	case bot.InputPerson:
		return &slack.SelectBlockElement{Type: slack.OptTypeUser, ActionID: in.Name, InitialUser: in.Value}
	case bot.InputChannel:
		return &slack.SelectBlockElement{
			Type: slack.OptTypeConversations, ActionID: in.Name, InitialConversation: in.Value,
			Filter: &slack.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeBotUsers: true},
		}
	case bot.InputMenu:
		return c.menu(in)
	}
	e := slack.NewPlainTextInputBlockElement(nil, in.Name)
	e.Multiline = in.Kind == bot.InputLines
	e.InitialValue = shorten(clean(in.Value, 0), maxInputText)
	if !e.Multiline {
		e.InitialValue = strings.Join(strings.Fields(e.InitialValue), " ")
	}
	return e
}

func (c *canvas) menu(in *bot.Input) *slack.SelectBlockElement {
	menu := &slack.SelectBlockElement{Type: slack.OptTypeStatic, ActionID: in.Name}
	for _, o := range in.Menu[:min(maxOptions, len(in.Menu))] {
		choice := &slack.OptionBlockObject{Text: c.plain(o.Label, maxLabel), Value: o.Value}
		menu.Options = append(menu.Options, choice)
		if o.Value == in.Value {
			menu.InitialOption = choice
		}
	}
	return menu
}

package slackio

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"github.com/slack-go/slack"

	"campaignbot/bot"
)

// refusals maps Slack's error codes to our reasons. What is not here is ReasonRefused: Slack does not take it, and
// trying again does not help.
var refusals = map[string]string{
	"invalid_auth":           bot.ReasonAuth,
	"not_authed":             bot.ReasonAuth,
	"account_inactive":       bot.ReasonAuth,
	"token_revoked":          bot.ReasonAuth,
	"token_expired":          bot.ReasonAuth,
	"not_allowed_token_type": bot.ReasonAuth,
	"missing_scope":          bot.ReasonScope,
	"channel_not_found":      bot.ReasonChannel,
	"not_in_channel":         bot.ReasonChannel,
	"is_archived":            bot.ReasonChannel,
}

// passing are Slack's error codes that another attempt can cure.
var passing = map[string]string{
	"ratelimited":         bot.ReasonRateLimited,
	"rate_limited":        bot.ReasonRateLimited,
	"internal_error":      bot.ReasonUnavailable,
	"fatal_error":         bot.ReasonUnavailable,
	"service_unavailable": bot.ReasonUnavailable,
	"request_timeout":     bot.ReasonUnavailable,
	"team_added_to_org":   bot.ReasonUnavailable,
}

// failure turns an error of slack-go into a *bot.SendError whose text holds no URL: a URL may carry a secret.
func failure(err error) *bot.SendError {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return &bot.SendError{Reason: bot.ReasonRateLimited, Retry: true, After: limited.RetryAfter, Err: errors.New("rate limited")}
	}
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		if reason := passing[refused.Err]; reason != "" {
			look := reason == bot.ReasonUnavailable
			return &bot.SendError{Reason: reason, Retry: true, Look: look, Err: errors.New(refused.Err)}
		}
		reason := refusals[refused.Err]
		if reason == "" {
			reason = bot.ReasonRefused
		}
		if refused.Needed != "" {
			return &bot.SendError{Reason: reason, Err: fmt.Errorf("%s: needs %s", refused.Err, refused.Needed)}
		}
		return &bot.SendError{Reason: reason, Err: errors.New(refused.Err)}
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		unanswered := status.Code == http.StatusGatewayTimeout
		return &bot.SendError{Reason: bot.ReasonUnavailable, Retry: true, Doubt: unanswered, Look: !unanswered, Err: fmt.Errorf("HTTP status %d", status.Code)}
	}
	err = withoutURL(err)
	if errors.Is(err, syscall.ECONNREFUSED) || isDial(err) {
		return &bot.SendError{Reason: bot.ReasonUnavailable, Retry: true, Err: err}
	}
	if errors.Is(err, context.Canceled) {
		return &bot.SendError{Reason: bot.ReasonUnavailable, Retry: true, Doubt: true, Err: err}
	}
	return &bot.SendError{Reason: bot.ReasonUnknown, Retry: true, Doubt: true, Err: err}
}

func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// withoutURL drops the address from errors of net/http.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

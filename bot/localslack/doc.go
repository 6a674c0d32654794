// Package localslack is a strict local stand-in for Slack. It listens on a
// loopback address and speaks Slack's wire format: Web API, Socket Mode, signed
// HTTP deliveries, response_url, modals, and a small browser page for people.
//
// It serves end-to-end tests, the offline demo and screenshots. It knows nothing
// of the bot it talks to: it must not import any other package of this module,
// and it must not use a Slack client library, so that a mistake in the bot's own
// reading of the format is not repeated here. Where Slack is lenient and the
// outcome is still wrong for people, this package refuses.
//
// Two clocks are in use. Options.Now is the workspace's clock: message times,
// event times and the age of a response_url. Waiting for an acknowledgement, the
// life of a trigger_id and the delays of injected faults use real time, because
// they measure the bot and not the calendar.
package localslack

// Package bot is the vocabulary of campaignbot: what a person asked (Request), what is answered (Reply), how one leads
// to the other (Command, Action, Router), and what happens later (Schedule, Task, Job).
//
// It imports the standard library only, knows neither Slack's JSON nor a database, and every other package speaks in
// its terms.
package bot

var languages = [...]string{"en", "nl", "de", "fr"}

// Languages returns the codes of the reader languages (ISO 639-1), the fallback first.
func Languages() []string { return append([]string(nil), languages[:]...) }

// KnownLanguage reports whether code is one of Languages.
func KnownLanguage(code string) bool {
	for _, l := range languages {
		if l == code {
			return true
		}
	}
	return false
}

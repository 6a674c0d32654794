package store

import (
	"context"
	"strings"
	"time"

	"campaignbot/bot"
)

// maxMiss bounds the text of a question that is kept, in runes.
const maxMiss = 500

// Missed keeps a question that nobody could answer, or counts it once more. The text is cut to 500 characters.
func (s *Store) Missed(ctx context.Context, text, language string, at time.Time) error {
	if runes := []rune(text); len(runes) > maxMiss {
		text = string(runes[:maxMiss])
	}
	key := strings.ToLower(strings.Join(strings.Fields(text), " "))
	if key == "" {
		return nil
	}
	_, err := s.exec(ctx, "keep a question", `insert into misses (key, text, language, times, first_at, last_at) values ($1, $2, $3, 1, $4, $4)
		on conflict (key) do update set times = misses.times + 1, last_at = case when excluded.last_at > misses.last_at then excluded.last_at else misses.last_at end`,
		key, text, language, millis(at))
	return err
}

// Misses returns the questions that nobody could answer since a time, those that were asked most first; limit 0 returns
// all.
func (s *Store) Misses(ctx context.Context, since time.Time, limit int) (list []bot.Miss, err error) {
	query := `select text, language, times, first_at, last_at from misses where last_at >= $1 order by times desc, last_at desc, key`
	args := []any{millis(since)}
	if limit > 0 {
		query, args = query+` limit $2`, append(args, limit)
	}
	err = s.rows(ctx, "questions without an answer", func(row scanner) error {
		var m bot.Miss
		var first, last int64
		if err := row.Scan(&m.Text, &m.Language, &m.Times, &first, &last); err != nil {
			return err
		}
		m.First, m.Last = fromMillis(first), fromMillis(last)
		list = append(list, m)
		return nil
	}, query, args...)
	return list, err
}

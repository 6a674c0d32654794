package store

import "context"

// Language returns the language that user chose; empty when there is none.
func (s *Store) Language(ctx context.Context, user string) (string, error) {
	var lang string
	_, err := s.row(ctx, "language of "+user, `select language from preferences where user_id = $1`, []any{user}, &lang)
	return lang, err
}

// SetLanguage keeps the language that user chose. An empty one forgets the choice.
func (s *Store) SetLanguage(ctx context.Context, user, lang string) error {
	what := "keep language of " + user
	if lang == "" {
		_, err := s.exec(ctx, what, `delete from preferences where user_id = $1`, user)
		return err
	}
	_, err := s.exec(ctx, what, `insert into preferences (user_id, language) values ($1, $2)
		on conflict (user_id) do update set language = excluded.language`, user, lang)
	return err
}

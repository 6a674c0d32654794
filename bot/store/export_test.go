package store

import "context"

// MigrateTo brings the tables to a version, up or down, and runs a statement there.
func (s *Store) MigrateTo(ctx context.Context, version int64, statement string) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return err
	}
	if _, err := p.DownTo(ctx, version); err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, statement)
	return err
}

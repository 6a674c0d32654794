package store

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFullDiskIsSaid(t *testing.T) {
	s, err := Open(Options{URL: sqliteScheme + filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.db.SetMaxOpenConns(1) // the limit belongs to one connection
	if _, err := s.db.Exec(`pragma max_page_count = 1`); err != nil {
		t.Fatal(err)
	}
	err = s.SetLanguage(t.Context(), strings.Repeat("U", 100_000), "nl")
	if err == nil || !strings.Contains(err.Error(), "is full") {
		t.Fatalf("got %v", err)
	}
	s.db.SetMaxOpenConns(sqliteConns)
}

func TestSecretIsHiddenWhoeverPrintsIt(t *testing.T) {
	cause := errors.New("cannot log in with geheim")
	got := (&postgresEngine{password: "geheim"}).explain(cause)
	if strings.Contains(got.Error(), "geheim") || strings.Contains(errors.Unwrap(got).Error(), "geheim") || !errors.Is(got, cause) {
		t.Fatalf("got %v", got)
	}
}

func TestTimesAreKeptInMilliseconds(t *testing.T) {
	at := time.Date(2026, 3, 29, 2, 30, 0, 123_456_789, time.FixedZone("CEST", 7200))
	if got := fromMillis(millis(at)); !got.Equal(at.Truncate(time.Millisecond)) || got.Location() != time.UTC {
		t.Fatalf("got %s", got)
	}
	if got := fromMillis(millis(time.Time{})); !got.IsZero() {
		t.Fatalf("no time became %s", got)
	}
}

package search

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"campaignbot/knowledge"
)

// The pace of Watch.
const (
	quiet    = 250 * time.Millisecond // who has written nothing for so long is done
	patience = 2 * time.Second        // the longest wait for that
	reread   = time.Minute            // for what no system tells: network folders, a link to the folder itself
)

// Watch keeps the edition in force the one of the overlay folder until ctx ends, and logs what it does. It calls changed
// after every reading that found something else than before, right or wrong, one call at a time. Without an overlay folder
// it returns at once.
func (l *Library) Watch(ctx context.Context, log *slog.Logger, changed func(*Edition)) {
	if l.dir == "" {
		return
	}
	told := false
	for ctx.Err() == nil {
		watcher, err := l.watcher() // before reading, so that nothing is missed in between
		if err != nil && !told {
			log.Warn("knowledge folder is not watched, reading it again now and then", "error", err, "every", reread.String())
		}
		told = err != nil
		if l.reload() {
			l.report(log)
			changed(l.Current())
		}
		await(ctx, watcher, log)
		if watcher != nil {
			_ = watcher.Close()
		}
	}
}

func (l *Library) report(log *slog.Logger) {
	if err := l.Failure(); err != nil {
		log.Error("knowledge is not reloaded, the previous entries stay in force", "problems", strings.Split(err.Error(), "\n"))
		return
	}
	log.Info("knowledge reloaded", "version", l.Current().Version(), "entries", len(l.Current().Entries()))
}

// watcher watches the folders as they are now: a new one for every round, because a mounted folder is swapped whole.
func (l *Library) watcher() (*fsnotify.Watcher, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	err = w.Add(l.dir)
	folders, _ := knowledge.Scan(os.DirFS(l.dir))
	for _, name := range folders {
		if name != "." {
			err = errors.Join(err, w.Add(filepath.Join(l.dir, filepath.FromSlash(name))))
		}
	}
	return w, err
}

// await returns when something has changed and then nothing for a while, when it is time to read again anyway, or when
// ctx ends. A nil watcher tells nothing.
func await(ctx context.Context, watcher *fsnotify.Watcher, log *slog.Logger) {
	var events <-chan fsnotify.Event
	var faults <-chan error
	if watcher != nil {
		events, faults = watcher.Events, watcher.Errors
	}
	wait, longest := time.NewTimer(reread), (<-chan time.Time)(nil)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
			return
		case <-longest:
			return
		case <-events:
		case err := <-faults:
			log.Warn("not every change of the knowledge folder was told, reading all of it", "error", err)
		}
		if longest == nil {
			longest = time.After(patience)
		}
		wait.Reset(quiet)
	}
}

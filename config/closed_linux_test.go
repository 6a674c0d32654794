package config

import (
	"os"
	"runtime"
	"syscall"
	"testing"
)

func TestFileOfSomebodyElse(t *testing.T) {
	file := write(t, "language: en\n")
	if err := os.Chmod(file, 0); err != nil {
		t.Fatal(err)
	}
	// Root may read everything, so this thread does without it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if os.Geteuid() == 0 {
		if err := syscall.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = syscall.Setfsuid(0) }()
	}
	want := file + ": may not be read by this user (give the bot's user the right to read the file)"
	if _, err := Load(Options{File: file}); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

package bot

import "testing"

func TestAZoneIsLoadedOnce(t *testing.T) {
	first, err := LoadZone("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := LoadZone("Europe/Amsterdam"); err != nil || again != first {
		t.Errorf("another location, %v", err)
	}
	for _, name := range []string{"Mars/Olympus", "../etc/passwd", "/Europe/Amsterdam"} {
		if zone, err := LoadZone(name); err == nil {
			t.Errorf("%q is %v", name, zone)
		}
	}
	if _, err := LoadZone("Europe//Amsterdam"); err == nil {
		if _, kept := zones.Load("Europe//Amsterdam"); kept {
			t.Error("every way to write a name is kept")
		}
	}
}

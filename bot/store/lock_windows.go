package store

import (
	"errors"
	"syscall"
)

var errLocked = errors.New("locked by another process")

const sharingViolation = syscall.Errno(32)

// fileLock is a file opened for this process alone. The kernel frees it when the process ends, however it ends.
type fileLock struct{ handle syscall.Handle }

// lockFile takes the lock, or returns errLocked at once.
func lockFile(path string) (*fileLock, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, sharingViolation) {
		return nil, errLocked
	}
	if err != nil {
		return nil, err
	}
	return &fileLock{h}, nil
}

func (l *fileLock) release() error {
	if l == nil {
		return nil
	}
	return syscall.CloseHandle(l.handle)
}

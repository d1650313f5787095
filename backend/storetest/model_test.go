package storetest_test

import (
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/storetest"
)

// TestModel: the suite accepts what is right. A Model lives in memory, so the
// one of a folder is kept here while it is closed.
func TestModel(t *testing.T) {
	models := map[string]*storetest.Model{}
	storetest.Run(t, func(_ *testing.T, dir string) audit.LogStore {
		if models[dir] == nil {
			models[dir] = storetest.NewModel()
		}
		return models[dir]
	})
}

package local

import (
	"context"
	"time"

	"projectlogs/backend/audit"
)

// Extent says how much a project holds; see audit.Sizer. Between the two halves
// of a purge the times may be those of a log that is purged already.
func (s *Store) Extent(ctx context.Context, project string) (audit.Extent, error) {
	if err := s.users.enter(); err != nil {
		return audit.Extent{}, err
	}
	defer s.users.leave()
	if err := ctx.Err(); err != nil {
		return audit.Extent{}, canceled(err)
	}
	v, err := s.view(audit.Query{Project: project})
	if err != nil {
		return audit.Extent{}, err
	}
	var e audit.Extent
	var oldest, newest int64 = maxTime, minTime
	for _, sl := range v.parts {
		e.Logs += int64(sl.visible.count())
		oldest, newest = min(oldest, sl.min), max(newest, sl.max)
	}
	if e.Logs > 0 {
		e.Oldest, e.Newest = time.Unix(0, oldest).UTC(), time.Unix(0, newest).UTC()
	}
	return e, nil
}

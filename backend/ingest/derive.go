package ingest

import "projectlogs/backend/audit"

func derive(l *audit.Log) {}

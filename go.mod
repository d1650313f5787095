module projectlogs

go 1.26

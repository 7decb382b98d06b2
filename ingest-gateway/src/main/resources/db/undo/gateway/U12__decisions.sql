-- What was decided goes with it; findings are open again.
DROP TABLE decisions;

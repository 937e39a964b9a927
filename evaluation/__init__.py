"""What `gijiyoshi evaluate` measures: the drafts of this program against gold, against baselines and under attack."""

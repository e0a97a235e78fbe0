"""Reports as cards on a page: the sentence, the chart and the table of each."""

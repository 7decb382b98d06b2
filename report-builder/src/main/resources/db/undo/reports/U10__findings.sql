-- Takes all findings with it. Reports have them too; the history begins anew after the next upgrade.
DROP TABLE finding, missing_finding, comparison;

"""Rules as dated, sourced data: parameter files with inheritance, and the questions they answer."""

"""What an authority has confirmed in writing about a legal rule. The rule files stay as they were shipped."""

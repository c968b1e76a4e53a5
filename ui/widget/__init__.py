"""The widget: one line in any page that puts a button there, and a panel of ours behind it."""

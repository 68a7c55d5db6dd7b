"""What deploy.sh knows: settings checked, documents rendered, answers of AWS compared. Python alone, no packages."""

"""The records in DynamoDB: the table, who owns a record, and the rules by which it is written."""

"""The verbs of the product: functions of (db, actor, …), one transaction each."""

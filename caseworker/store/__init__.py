"""The office file: encrypted database, keys, audit chain, attachments, lock, backup."""

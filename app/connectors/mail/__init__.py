"""Mail to shoppers: a letter made into the bytes of a message, and what a mail server's answer means.

Unlike other systems the mail server belongs to the deployment and not to a store. Talking to it is
`app.connectors.mail.smtp`; which letter is sent when is not here.
"""

"""Forms of joint programmes, of what they offer and bring about, and of industrial access."""

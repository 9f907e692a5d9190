"""Who teaches, and who certified them.

Instructor is the public profile of a person who teaches. A Traineeship on a versioned Programme gathers Assessments;
a trainer's SignOff turns it into a Certificate, which anyone can check by its number or code.
`certification` answers whether someone may lead a series on a day.
"""

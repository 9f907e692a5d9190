from instructors.admin import certificates, events, people, programmes, submissions, traineeships

__all__ = ["certificates", "events", "people", "programmes", "submissions", "traineeships"]

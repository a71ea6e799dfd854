from .answers import Answers as Answers
from .faults import Fault as Fault
from .faults import Faults as Faults
from .server import Server as Server
from .server import create_app as create_app
from .server import serve as serve
from .store import DatabaseError as DatabaseError

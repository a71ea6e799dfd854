from .basemodel import BaseModel as BaseModel
from .nullable import Nullable as Nullable
from .nullable import OptionalNullable as OptionalNullable
from .openenum import OpenEnum as OpenEnum
from .resultlist import ResultList as ResultList
from .unset import UNSET as UNSET
from .unset import UNSET_SENTINEL as UNSET_SENTINEL
from .unset import Unset as Unset

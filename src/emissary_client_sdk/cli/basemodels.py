"""``emissary models``: base models."""

import click

from .command import Group, Session, command, examples
from .values import BASE_MODEL

models = Group(
    "models",
    help="List the base models and show their hyperparameters.",
    epilog=examples("models list", "models show Llama-3.2-1B-Instruct"),
)


@command(models, "list", "")
def list_(session: Session) -> None:
    """List the base models."""
    session.write_list(
        session.client.base_models.list(),
        {
            "NAME": lambda model: model.name,
            "TYPE": lambda model: model.type or ", ".join(model.support_task or []),
            "SERVERLESS": lambda model: "yes" if model.support_serverless else "",
        },
        "There are no base models.",
    )


@command(models, "show", "Llama-3.2-1B-Instruct")
@click.argument("name", type=BASE_MODEL)
def show(session: Session, name: str) -> None:
    """Show a base model and its hyperparameters."""
    session.write(session.client.base_models.retrieve(base_model_name=name))

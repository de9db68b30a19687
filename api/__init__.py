"""The public faces and the composition root: GraphQL, the transparency log, the console, the command line."""

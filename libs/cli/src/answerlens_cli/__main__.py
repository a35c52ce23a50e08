"""`python -m answerlens_cli`: the same as `answerlens`."""

from answerlens_cli.main import main

if __name__ == "__main__":
    main()

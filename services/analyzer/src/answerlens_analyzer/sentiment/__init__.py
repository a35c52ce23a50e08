"""What the answers that name a brand think of it: asked after the rates are stored, which do not wait for it."""

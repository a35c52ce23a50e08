"""What the collector stores: runs (`runs`) and answers (`answers`)."""
